/* param_rules.h - some of param_check's rules; p is resolved, f the training frame. */
#ifndef MODEL_PARAM_RULES_H
#define MODEL_PARAM_RULES_H

#include "model/param.h"

weir_status param_check_folds(const weir_params *p, weir_error *err);
weir_status param_check_rules(const weir_params *p, const weir_frame *f, weir_error *err);

#endif
